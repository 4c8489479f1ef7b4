"""What careful engineers write of evidence, in the words that the checks look at, is accepted."""

from __future__ import annotations

import pytest

from tests.unit.agent.grounding.checked import problems

DEPLOY = (
    "2026-11-21T14:02:09Z ecs UpdateService cluster=shop service=basket-api taskDefinition "
    "basket-api:88 -> basket-api:89 desiredCount 6 by arn:aws:sts::444455556666:assumed-role/deployer/ci-2291\n"
    "2026-11-21T14:31:40Z ecs UpdateService cluster=shop service=basket-api taskDefinition "
    "basket-api:89 -> basket-api:88 desiredCount 6 by arn:aws:sts::444455556666:assumed-role/oncall/mara"
)
ERRORS = (
    "HTTPCode_Target_5XX_Count of basket-tg (Sum per 5 minutes): 13:55 2, 14:00 3, 14:05 412, 14:10 498, "
    "14:30 377, 14:35 4\n"
    "RequestCount: 13:55 5210, 14:00 5190, 14:05 5233, 14:10 5201, 14:30 5170, 14:35 5188\n"
    "HealthyHostCount (Minimum): 13:55 6, 14:00 6, 14:05 6, 14:10 6"
)
LOG = (
    "## /ecs/basket-api 13:50 to 14:40 UTC\n"
    "1,287 x [ERROR] redis.exceptions.ConnectionError: Error 111 connecting to carts.cache.internal:6380. "
    "Connection refused.\n"
    "   first 2026-11-21T14:03:31Z last 2026-11-21T14:32:02Z\n"
    "0 lines like this before 2026-11-21T14:03:31Z\n"
    "3 x [WARN] retrying in 200 ms"
)
CACHE = (
    '{"CacheClusterId": "carts-001", "Engine": "redis", "Endpoint": {"Address": "carts.cache.internal", '
    '"Port": 6379}, '
    '"CacheNodeStatus": "available", "NumCacheNodes": 2, "TransitEncryptionEnabled": false}'
)
QUEUE = (
    "ApproximateNumberOfMessagesVisible of parcels (Maximum): 09:00 14, 09:30 8210, 10:00 16502\n"
    "NumberOfMessagesReceived of parcels (Sum): 09:00 12044, 09:30 0, 10:00 0\n"
    "NumberOfMessagesSent of parcels (Sum): 09:00 12051, 09:30 12010, 10:00 12077"
)
POLICY = (
    "simulate parcels-role sqs:ReceiveMessage on arn:aws:sqs:eu-west-1:444455556666:parcels: explicitDeny "
    "(policy deny-outside-vpc); sqs:SendMessage: allowed\n"
    "2026-11-21T09:12:55Z iam AttachRolePolicy role=parcels-role policy=deny-outside-vpc by net-admin/otto"
)
ALARM = (
    "alarm basket-5xx: ALARM since 2026-11-21T14:07:12Z, OK since 2026-11-21T14:38:12Z; threshold 50, 3 of 3 "
    "datapoints [412.0 (21/11/26 14:05:00), 498.0 (21/11/26 14:10:00)] were greater than the threshold (50.0)"
)


@pytest.mark.parametrize(
    ("output", "statement", "quote"),
    [
        (
            DEPLOY,
            "basket-api was moved from basket-api:88 to basket-api:89 at 14:02 UTC.",
            "basket-api:88 -> basket-api:89",
        ),
        (DEPLOY, "mara rolled it back from revision 89 to 88 at 14:31.", "basket-api:89 -> basket-api:88"),
        (
            DEPLOY,
            "29 minutes after the deployment at 14:02, at 14:31, mara undid it.",
            "basket-api:89 -> basket-api:88",
        ),
        (DEPLOY, "The deployment at 14:02 was undone at 14:31, about half an hour later.", "oncall/mara"),
        (DEPLOY, "Two deployments are on record; the last one restored what ran before.", "oncall/mara"),
        (DEPLOY, "Six tasks are wanted, before and after.", "desiredCount 6 by"),
        (ERRORS, "5xx answers rose from 3 to 412 within five minutes of the change.", "14:00 3, 14:05 412"),
        (ERRORS, "They dropped to 4 at 14:35.", "14:30 377, 14:35 4"),
        (ERRORS, "Errors stayed high until 14:30 and fell to 4 by 14:35.", "14:30 377, 14:35 4"),
        (ERRORS, "Traffic did not grow: 5,190 requests at 14:00, 5,233 at 14:05.", "14:00 5190, 14:05 5233"),
        (
            ERRORS,
            "Traffic is steady, between 5,170 and 5,233 requests in five minutes.",
            "RequestCount: 13:55 5210",
        ),
        (
            ERRORS,
            "All six hosts stay healthy, so health checks do not see it.",
            "HealthyHostCount (Minimum): 13:55 6",
        ),
        (ERRORS, "The number of healthy hosts never fell below 6.", "HealthyHostCount (Minimum): 13:55 6"),
        (ERRORS, "At the peak, 498 of 5,201 requests failed, 9.6 %.", "14:10 498"),
        (ERRORS, "Almost one in ten requests failed at 14:10 (498 of 5,201).", "14:10 498"),
        (ERRORS, "Errors at 14:05 were more than a hundred times those of 14:00.", "14:00 3, 14:05 412"),
        (
            LOG,
            "basket-api fails to connect to carts.cache.internal:6380: connection refused.",
            "Connection refused",
        ),
        (LOG, "The first error came at 14:03:31 UTC, the last at 14:32:02.", "first 2026-11-21T14:03:31Z"),
        (LOG, "No such line was logged before 14:03:31 UTC.", "0 lines like this before"),
        (
            LOG,
            "It was logged 1,287 times within half an hour.",
            "first 2026-11-21T14:03:31Z last 2026-11-21T14:32:02Z",
        ),
        (LOG, "There were three retries, each after 200 ms.", "3 x [WARN] retrying in 200 ms"),
        (CACHE, "The cache listens on port 6379.", '"Port": 6379'),
        (CACHE, "The cache has two nodes and is available.", '"CacheNodeStatus": "available", "NumCacheNodes": 2'),
        (CACHE, "Encryption in transit is not enabled.", '"TransitEncryptionEnabled": false'),
        (CACHE, "Encryption in transit is disabled.", '"TransitEncryptionEnabled": false'),
        (QUEUE, "Messages are still sent, but none has been received since 09:30.", "09:30 0, 10:00 0"),
        (QUEUE, "The backlog grew from 14 to 16,502 within an hour.", "09:00 14, 09:30 8210, 10:00 16502"),
        (QUEUE, "The backlog doubled between 09:30 and 10:00.", "09:30 8210, 10:00 16502"),
        (
            QUEUE,
            "Consumption stopped: received messages dropped from 12,044 to 0.",
            "09:00 12044, 09:30 0, 10:00 0",
        ),
        (
            QUEUE,
            "Receives fell to zero by 09:30 while sends stayed at about 12,000.",
            "09:00 12044, 09:30 0, 10:00 0",
        ),
        (QUEUE, "Sending is not affected.", "NumberOfMessagesSent of parcels (Sum)"),
        (QUEUE, "The queue keeps growing because nothing is received any more.", "09:30 0, 10:00 0"),
        (
            POLICY,
            "Receiving is denied by policy deny-outside-vpc, sending is allowed.",
            "explicitDeny (policy deny-outside-vpc)",
        ),
        (
            POLICY,
            "otto attached deny-outside-vpc to parcels-role at 09:12:55 UTC.",
            "AttachRolePolicy role=parcels-role",
        ),
        (POLICY, "Before 09:12:55 UTC the policy was not attached.", "AttachRolePolicy role=parcels-role"),
        (
            POLICY,
            "Detaching deny-outside-vpc would undo the change of 09:12 UTC.",
            "AttachRolePolicy role=parcels-role",
        ),
        (ALARM, "The alarm went off at 14:07 and has been OK since 14:38.", "OK since 2026-11-21T14:38:12Z"),
        (ALARM, "All three datapoints were above the threshold of 50.", "were greater than the threshold (50.0)"),
        (ALARM, "498 errors at 14:10 are almost ten times the threshold of 50.", "498.0 (21/11/26 14:10:00)"),
        (ALARM, "The alarm recovered at 14:38 UTC after 31 minutes in ALARM.", "OK since 2026-11-21T14:38:12Z"),
        ("desired 6 running 6 pending 0", "All six tasks run; none is pending.", "running 6 pending 0"),
        ("CPUUtilization 10:00 31.0, 10:05 30.2", "CPU is far below its limit and did not rise.", "10:05 30.2"),
        ("MemoryUtilization: 10:00 40.1, 10:05 99.7", "Memory is used up: it climbed to 99.7 %.", "10:05 99.7"),
        (
            "timeout 3 s; calls take 2.9 s at p50, 3.4 s at p99",
            "At p99 calls take longer than the time-out of 3 s.",
            "p99",
        ),
        ("3 AZs; subnet-0a1b2c3d free addresses 0", "No address is free in subnet-0a1b2c3d.", "free addresses 0"),
        (
            "events: rule off-hours DISABLED since 2026-11-20T18:00:00Z",
            "The rule is still disabled.",
            "DISABLED since",
        ),
        (
            "stack shop UPDATE_ROLLBACK_COMPLETE",
            "The update of stack shop was rolled back.",
            "UPDATE_ROLLBACK_COMPLETE",
        ),
        (
            "key rotated; old key AKIA... deleted 10:02",
            "The old key was deleted and a new one created.",
            "deleted 10:02",
        ),
        (
            "first attempt 10:02:00Z, second attempt 10:04:00Z, gave up",
            "It gave up after two attempts.",
            "gave up",
        ),
        ("max 2048 MB, used 2041 MB", "Almost all of its 2,048 MB are used.", "used 2041 MB"),
        ("0 throttles, 12 errors", "Nothing is throttled; a dozen errors remain.", "0 throttles, 12 errors"),
        (
            "replica lag 0 s, primary CPU 97 %",
            "The primary is busy, its replica is up to date.",
            "primary CPU 97 %",
        ),
        ("ingress open 443, egress open 5432", "Inbound 443 and outbound 5432 are open.", "ingress open 443"),
        (
            "deployment web:12 failed at 10:04:10Z; web:11 still serves",
            "The deployment of web:12 failed; web:11 still serves.",
            "deployment web:12 failed",
        ),
        (
            "Errors: 10:00 0, 10:05 31, 10:10 0\nalarm OK since 10:11",
            "Errors lasted for five minutes; the alarm is OK again.",
            "10:05 31",
        ),
        (
            "Duration p50 120 ms, p99 14980 ms; Timeout 15",
            "p99 of the duration is just below the time-out of 15 s.",
            "p99 14980 ms",
        ),
        (
            "Duration p50 120 ms, p99 14980 ms; Timeout 15",
            "Most calls are fast (p50 120 ms), few take up to 14,980 ms.",
            "p50 120 ms",
        ),
        (
            "Invocations 10:00 120, 10:05 118\nErrors 10:00 0, 10:05 118",
            "Every invocation failed at 10:05: 118 of 118.",
            "10:05 118",
        ),
        (
            "ReadLatency 10:00 0.4 ms, WriteLatency 10:00 41 ms",
            "Writes take 41 ms, a hundred times as long as reads.",
            "WriteLatency 10:00 41 ms",
        ),
        (
            "iam user ci created access key AKIA1 at 09:00:00Z and deleted AKIA0 at 09:05:00Z",
            "ci replaced its key: AKIA0 was deleted at 09:05 UTC.",
            "deleted AKIA0 at 09:05:00Z",
        ),
        (
            "task definition api:5 image api:1.9.2 (before: 1.9.1)",
            "The image went from 1.9.1 to 1.9.2.",
            "image api:1.9.2",
        ),
        (
            "max_connections 100; connections 10:00 40, 10:05 100",
            "Connections rose from 40 to their maximum of 100.",
            "10:00 40, 10:05 100",
        ),
        (
            "FreeStorageSpace 10:00 5368709120, 11:00 0",
            "Free storage fell from 5 GiB to nothing within an hour.",
            "10:00 5368709120, 11:00 0",
        ),
        (
            "FreeStorageSpace 10:00 5368709120, 11:00 0",
            "The disk filled up: used space grew while 5 GiB were left at 10:00.",
            "10:00 5368709120",
        ),
        (
            "HealthyHostCount: 10:00 3, 10:05 1\nUnHealthyHostCount: 10:00 0, 10:05 2",
            "Two of three hosts became unhealthy by 10:05.",
            "UnHealthyHostCount: 10:00 0, 10:05 2",
        ),
        (
            "HealthyHostCount: 10:00 3, 10:05 1\nUnHealthyHostCount: 10:00 0, 10:05 2",
            "Only one host is still healthy.",
            "HealthyHostCount: 10:00 3, 10:05 1",
        ),
        (
            "policy allows s3:GetObject; s3:PutObject denied",
            "Writing is denied, reading is allowed.",
            "s3:PutObject denied",
        ),
        ("NatGateway ErrorPortAllocation 10:00 0, 10:05 91", "Outbound connections fail since 10:05.", "10:05 91"),
        (
            "rule 10 Deny tcp 5432 from 0.0.0.0/0, rule 100 Allow all",
            "The network ACL denies tcp 5432 before it allows everything else.",
            "rule 10 Deny tcp 5432",
        ),
        (
            'subscription confirmed; filter policy {"kind": ["paid"]} set 10:02:00Z',
            "The filter policy was set at 10:02 UTC and lets only `paid` pass.",
            "set 10:02:00Z",
        ),
        (
            "Running executions 10:00 12, 10:30 1000; limit 1000",
            "Concurrency reached its limit of 1,000 at 10:30.",
            "10:30 1000",
        ),
        (
            "retry 1 of 3, retry 2 of 3, retry 3 of 3, then dead letter",
            "After the third retry messages become dead letters.",
            "retry 3 of 3",
        ),
        ("version 14 (was 13) live since 10:02:00Z", "Version 14 replaced 13 at 10:02.", "version 14 (was 13)"),
        ("lag 10:00 3, 10:05 9000", "The lag has grown three-thousand-fold since 10:00.", "10:05 9000"),
        (
            "certificate NotAfter 2026-11-20T23:59:59Z",
            "The certificate is no longer valid: it expired on 20 November.",
            "NotAfter 2026-11-20",
        ),
        ("3 nodes: 2 Ready, 1 NotReady", "One of three nodes is NotReady.", "2 Ready, 1 NotReady"),
        (
            "CPUUtilization 10:00 20.1, 10:05 88.0, 10:10 21.3",
            "CPU rose to 88 % at 10:05 and is back at 21 %.",
            "10:05 88.0",
        ),
        (
            "CPUUtilization 10:00 20.1, 10:05 88.0, 10:10 21.3",
            "After a peak of 88 % CPU fell to 21.3 %.",
            "10:10 21.3",
        ),
        ("scaled 2 -> 4 at 10:00:00Z, 4 -> 8 at 10:05:00Z", "It was scaled from 2 to 8 in two steps.", "2 -> 4"),
        ("requests 3 million a day", "Three million requests come a day.", "3 million"),
        (
            "failover: db-1 was writer, db-2 is writer since 10:02:00Z",
            "db-2 became the writer at 10:02; db-1 was before.",
            "db-2 is writer",
        ),
        (
            "ETIMEDOUT 10.0.3.7:5432, 44 times",
            "The database at 10.0.3.7:5432 does not answer; 44 attempts timed out.",
            "44 times",
        ),
        (
            "backup window 03:00-03:30; CPU 03:05 91, 03:35 14",
            "CPU was high during the backup window from 03:00 to 03:30 and low after it.",
            "03:05 91, 03:35 14",
        ),
        ("lambda memory 128 -> 512 by ana 09:00:00Z", "Memory was quadrupled to 512 MB by ana.", "128 -> 512"),
        (
            "lambda memory 128 -> 512 by ana 09:00:00Z",
            "Since 09:00 the function has four times the memory, 512 MB.",
            "128 -> 512",
        ),
        (
            "stopped reason: Essential container exited; exit code 1",
            "Tasks stop right after they started: exit code 1.",
            "exit code 1",
        ),
        (
            "no route to 0.0.0.0/0 in rtb-0a1b2c3d4e",
            "rtb-0a1b2c3d4e has no default route.",
            "no route to 0.0.0.0/0",
        ),
        (
            "alarm state ALARM since 10:02:00Z, still",
            "The alarm has been in ALARM since 10:02 and has not recovered.",
            "ALARM since 10:02:00Z",
        ),
    ],
)
def test_a_true_claim_is_accepted(output: str, statement: str, quote: str) -> None:
    assert problems(output, statement, quote) == ()
