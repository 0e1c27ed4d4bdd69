"""Runs a program and prints what it took as JSON on the descriptor 3: seconds by the clock, seconds of processor time,
peak memory in kilobytes (VmHWM, as wait4 tells it), when it was started, and how it ended."""
import json
import os
import sys
import time

started_at = time.time()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
took = {
    "wallSeconds": time.time() - started_at,
    "cpuSeconds": usage.ru_utime + usage.ru_stime,
    "peakKilobytes": usage.ru_maxrss,
    "startedAt": started_at * 1000,
    "exitCode": os.waitstatus_to_exitcode(status),
}
os.write(3, json.dumps(took).encode())
