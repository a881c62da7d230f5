// <form data-work="challenge" data-worker="file">: solved in a worker while the person reads (static/js/pow-worker.js).
// Without it, or where it fails, the server asks for one more click.
const form = document.querySelector("form[data-work]");
const PATIENCE = 15000; // ms after a click: beyond, the form goes as it is

if (form && window.Worker) {
  const challenge = JSON.parse(form.dataset.work);
  const field = form.elements.work;
  const button = form.querySelector(".actions .btn-primary");
  let finish;
  const done = new Promise((resolve) => { finish = resolve; });
  let ready = false, waiting = false;
  done.then(() => { ready = true; });

  try {
    const worker = new Worker(form.dataset.worker);
    worker.addEventListener("message", ({ data: solution }) => {
      if (solution) field.value = btoa(JSON.stringify({ challenge, solution }));
      worker.terminate();
      finish();
    });
    worker.addEventListener("error", finish);
    worker.postMessage(challenge);
  } catch { finish(); }

  form.addEventListener("submit", (event) => {
    if (ready || event.submitter?.value === "link") return;
    event.preventDefault();
    if (waiting) return;
    waiting = true;
    button.setAttribute("aria-busy", "true");
    const live = document.getElementById("live");
    if (live) live.textContent = form.dataset.working;
    Promise.race([done, new Promise((resolve) => { setTimeout(resolve, PATIENCE); })]).then(() => {
      ready = true;
      form.requestSubmit(button);
    });
  });
}
