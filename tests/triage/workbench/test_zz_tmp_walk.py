import pytest
from tests.test_access import *
from tests.test_access import people, client_class
@pytest.mark.parametrize("method",["get","post"])
def test_admin_walk(people, method):
    wrong=[]
    n=0
    for name, entry in ALL:
        if not name.startswith("admin:"): continue
        where=address(name,entry); rule=rule_of(entry.callback,name)
        if where is None: continue
        n+=1
        for person,client in people.items():
            r=getattr(client,method)(where)
            a=outcome(r); e="in" if person in MAY_ENTER[rule] else "out"
            if a!=e: wrong.append((name,person,a,r.status_code))
    print(n,wrong)
    assert [w for w in wrong if w[2]=="in"]==[]
