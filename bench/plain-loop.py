"""A simple loop, as many accounts have it and keysweep began as: fetch the report, split its lines at the commas, and
deactivate every key of a user whose first key is more than 90 days old."""
import time
from datetime import datetime, timedelta, timezone

import boto3

MAX_AGE = timedelta(days=90)

iam = boto3.client("iam")
while iam.generate_credential_report()["State"] != "COMPLETE":
    time.sleep(2)
report = iam.get_credential_report()["Content"].decode()

taken = 0
for line in report.split("\n")[1:]:
    columns = line.split(",")
    user, active, rotated = columns[0], columns[8], columns[9]
    if active != "true" or datetime.now(timezone.utc) - datetime.fromisoformat(rotated) < MAX_AGE:
        continue
    for key in iam.list_access_keys(UserName=user)["AccessKeyMetadata"]:
        iam.update_access_key(UserName=user, AccessKeyId=key["AccessKeyId"], Status="Inactive")
        taken += 1
print(f"{taken} keys deactivated")
