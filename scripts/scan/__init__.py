"""What other people's scanners say of the portal: of its sources, of the running thing, of what stands before it.

python -m scripts.scan [name…]     prints one JSON object; exit code 1 when something was found, or a scan was blind

Every scanner is also given something that is wrong on purpose: one that does not find that has shown nothing, however
clean the rest looks. Each is installed apart (var/scan), runs against this machine's own loopback alone, and is bounded
in requests and time.

Findings of bandit that are none are marked where they stand. B608: only names of our own go into the text of a
statement, values are parameters. B308, B703: what is marked safe was escaped in the same function. B310: an address
that the script itself made. B108: a folder of the kernel's memory. B314: a file of the repository.
"""
