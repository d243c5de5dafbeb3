#!/usr/bin/env bash
# Runs a command on a node of network.py, as ssh does on another machine. MPI calls it in place of ssh.
#
# usage: agent.sh ADDRESS COMMAND...
set -euo pipefail

node="node${1##*.}"
shift
# ssh joins the words with spaces, and a shell reads them.
exec ip netns exec "$MPI_NODES$node" unshare --uts sh -c "hostname $node; $*"
