# One real worker of the race: sh built-ins, but for `sleep` and `setsid`, so that it costs a few milliseconds.
# Arguments: kind, seconds. It appends what it does to $ORPHAN_REPRO_RECORDS/workers, where the kernel's order of the
# appended lines is the order in which things happened, and who has begun this task to tasks/$KANBUN_TASK.
#   begin|linger <task> <run> <pid> <start>      end <task> <run> <pid> <start> <exit code, or - when nobody hears it>
#   meets <task> <run> <pid> <start> <other run> <other pid>     two live workers: what must never happen
set -f
kind=$1 seconds=$2
records=$ORPHAN_REPRO_RECORDS/workers begun=$ORPHAN_REPRO_RECORDS/tasks/$KANBUN_TASK
# A board beside it counts its own runs from 1: they have records of their own.
[ "$KANBUN_BOARD" = default ] || records=$records-of-$KANBUN_BOARD
others=0 shim=$PPID

# `self`, and not $$: that is the number of the outermost shell.
identify() {
  me="$$ -"
  { read -r stat </proc/self/stat; } 2>/dev/null || return
  pid=${stat%% *}
  set -- ${stat##*) }
  shim=$4 # the leader of this session: when the shim was killed before we began, PPID is somebody else
  me="$pid ${20}"
}

# Without memory (0 at field 23) it is as good as gone: it runs no instruction of its own any more.
is_alive() {
  { read -r stat </proc/$1/stat; } 2>/dev/null || return 1
  expected=$2
  set -- ${stat##*) }
  [ "${20}" = "$expected" ] && [ "${21}" != 0 ] && [ "$1" != Z ]
}

# First written, then looked: of two that come at once, at least one sees the other.
begin() {
  identify
  line="$KANBUN_TASK $KANBUN_RUN $me"
  printf '%s %s\n' "$1" "$line" >>"$records"
  printf '%s %s\n' "$KANBUN_RUN" "$me" >>"$begun"
  while read -r run pid start; do
    [ "$run" = "$KANBUN_RUN" ] && continue
    others=$((others + 1))
    is_alive "$pid" "$start" && printf 'meets %s %s %s\n' "$line" "$run" "$pid" >>"$records"
  done <"$begun"
}

finish() {
  printf 'end %s %s\n' "$line" "$1" >>"$records"
  exit "${1#-}"
}

# A process that outlives its parent, does not heed TERM and counts as a live worker all the same.
leave_behind() {
  if [ "$1" = session ] && command -v setsid >/dev/null; then
    setsid sh "$0" lingers "$seconds" &
  else
    sh "$0" lingers "$seconds" &
  fi
}

if [ "$kind" = lingers ]; then
  trap '' TERM
  begin linger
  sleep "$seconds"
  finish -
fi

begin begin
case $kind in
slow) sleep "$seconds" ;;
leaves) leave_behind group ;;
escapes) leave_behind session ;;
esac
# The others fail once: the first time that this task is begun.
if [ "$others" -eq 0 ]; then
  case $kind in
  flaky) finish 3 ;;
  fails-leaving)
    leave_behind group
    finish 4
    ;;
  fails-escaping)
    leave_behind session
    finish 5
    ;;
  fails-hidden)
    python3 "${0%/*}/hidden.py" "$records" "$begun" "$KANBUN_TASK" "$KANBUN_RUN" "$seconds"
    finish 6
    ;;
  unshimmed)
    trap '' TERM
    kill -KILL "$shim"
    sleep "$seconds"
    finish -
    ;;
  esac
fi
finish 0
