from django.core.management.base import BaseCommand

from intake.registry.standin_server import FAULTS, StandinServer


class Command(BaseCommand):
    help = "Serve the stand-in of the company search on this machine (illustrative companies; see --fault)."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8090)
        parser.add_argument("--fault", choices=FAULTS, default="", help="fail in this way")

    def handle(self, *, port, fault, **_options):
        server = StandinServer(port, fault=fault)
        self.stdout.write(f"COMPANY_REGISTRY_URL={server.url}   {fault or 'well'}; Ctrl-C ends it")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            server.server_close()
