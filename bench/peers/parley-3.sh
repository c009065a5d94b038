# A cluster of three on this machine: each message is on two disks at least.
. bench/peers/parley.sh
guarantees="As one node, and on two of three nodes' disks before it is \
acknowledged: any one of them may be lost."
parley_nodes=3
