# First container of a pod that fetches nothing: stages, says so to the hook that the kubelet waits for (staged.sh), and stays to store the outputs.
HOME_DIR=${0%/bin/*}
RUN=${POOLWRIGHT_RUN:-/poolwright/run}
BB=$HOME_DIR/busybox

# The runner makes "started" and then looks for "over": whichever comes first, either it does not begin or this stays.
trap ': >"$RUN/over"; [ -e "$RUN/started" ] || exit 143' TERM INT
POOLWRIGHT_BESIDE=yes "$BB" sh "$HOME_DIR/bin/stage-in.sh" || exit
# What was too much to be removed before the command may begin. What is left of it when this container ends is the node's.
[ ! -e "$RUN/trash" ] || { while IFS= read -r old; do "$BB" rm -rf "$old" 2>/dev/null; done <"$RUN/trash"; } &
# Not a program of its own: between two nobody would hear the signal.
. "$HOME_DIR/bin/stage-out.sh"
