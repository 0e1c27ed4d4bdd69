"""moto's server, whose startExecution tasks work.

moto 5.2 hands Step Functions' own names (StateMachineArn) to boto as they are, and boto's names (executionArn) back. It also
hands back dates that it cannot put into an output; AWS gives milliseconds.
"""

import sys
from datetime import datetime

from moto.server import main
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (
    StateTaskServiceSfn as Task,
)

# A moto that names these steps another way must not pass for one that was mended.
for name in ("_normalise_parameters", "_normalise_response"):
    if not callable(getattr(Task, name, None)):
        sys.exit(f"moto's startExecution task has no {name}: it cannot be mended")

parameters_before = Task._normalise_parameters


def renamed(fields, first):
    for name in list(fields):
        fields[first(name[0]) + name[1:]] = fields.pop(name)


def parameters(self, parameters, *others, **named):
    # Makes a string of the Input.
    parameters_before(self, parameters, *others, **named)
    renamed(parameters, str.lower)


def answer(self, response, *others, **named):
    renamed(response, str.upper)
    for name, value in response.items():
        if isinstance(value, datetime):
            response[name] = int(value.timestamp() * 1000)


Task._normalise_parameters, Task._normalise_response = parameters, answer

sys.exit(main())
