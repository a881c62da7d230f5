"""Wrong on purpose: what the scanners must find (scripts/scan). Never imported."""

import datetime
import hashlib
import pickle
import random
import subprocess
import urllib.request

from django.http import HttpResponseRedirect
from django.template import Template
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def view(request, cursor, rows, person, log):
    cursor.execute("SELECT * FROM people WHERE name = '%s'" % request.GET["name"])
    rows.order_by(request.GET["sort"])
    subprocess.run("ls " + request.GET["folder"], shell=True)
    pickle.loads(request.body)
    token = hashlib.md5(str(random.randint(0, 9)).encode()).hexdigest()
    urllib.request.urlopen(request.GET["address"])
    log.info("asked by %s", person.email)
    Template(person.text)
    print(token, datetime.datetime.now())
    return HttpResponseRedirect(request.GET["next"])
