// Wrong on purpose: see faults.py.
document.body.insertAdjacentHTML("beforeend", location.hash);
