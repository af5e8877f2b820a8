#!/usr/bin/python3
"""Brings an outbox to Kafka, in the order of transactions and at least once; beside it a reader that notes how long
after its making each append arrived.

usage: relay.py SOCKET BOOTSTRAP TOPIC SECONDS    prints one JSON line after so long
"""
import json
import sys
import threading
import time

import confluent_kafka
import psycopg2

SOCKET, BOOTSTRAP, TOPIC, SECONDS = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])
PARTITIONS = 8
# Only what every later transaction comes behind.
NEXT = """SELECT tx::text, id, budget_id, append FROM outbox
          WHERE (tx, id) > (%s::xid8, %s) AND tx < pg_snapshot_xmin(pg_current_snapshot())
          ORDER BY tx, id LIMIT 2000"""


def read(until, seen):
    consumer = confluent_kafka.Consumer({"bootstrap.servers": BOOTSTRAP, "group.id": "none",
                                         "enable.auto.commit": False, "auto.offset.reset": "error"})
    consumer.assign([confluent_kafka.TopicPartition(TOPIC, i, 0) for i in range(PARTITIONS)])
    while time.monotonic() < until:
        for message in consumer.consume(500, 0.1):
            if not message.error():
                seen.append(time.time() * 1e6 - int(message.value()[8:28]))
    consumer.close()


def relay(until):
    database = psycopg2.connect(host=SOCKET, user="bench", dbname="postgres")
    cursor = database.cursor()
    producer = confluent_kafka.Producer({"bootstrap.servers": BOOTSTRAP, "acks": "all", "enable.idempotence": True,
                                         "linger.ms": 0})
    failed = []
    at, relayed = ("0", 0), 0
    while time.monotonic() < until:
        cursor.execute(NEXT, at)
        rows = cursor.fetchall()
        if not rows:
            database.commit()
            time.sleep(0.001)
            continue
        for _, _, budget, append in rows:
            producer.produce(TOPIC, bytes(append), partition=budget % PARTITIONS,
                             on_delivery=lambda error, _: failed.append(error) if error else None)
        producer.flush()
        if failed:
            raise SystemExit(str(failed[0]))
        at = rows[-1][:2]
        cursor.execute("UPDATE relayed SET tx = %s::xid8, id = %s", at)
        database.commit()
        relayed += len(rows)
    return relayed


def main():
    until, seen = time.monotonic() + SECONDS, []
    reader = threading.Thread(target=read, args=(until, seen))
    reader.start()
    relayed = relay(until)
    reader.join()
    seen = sorted(seen[len(seen) // 5:]) or [0]
    print(json.dumps({"relayed_per_second": round(relayed / SECONDS), "visible_p50_ms": seen[len(seen) // 2] / 1000,
                      "visible_p99_ms": seen[len(seen) * 99 // 100] / 1000}))


if __name__ == "__main__":
    main()
