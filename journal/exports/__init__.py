"""Tables that somebody takes home: asked for, made by a worker, fetched by their owner alone, gone after a week."""
