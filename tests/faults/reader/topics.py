"""Reads the topics of a deployment from real brokers, from the first record to where each partition ends now."""
import confluent_kafka
from confluent_kafka import TopicPartition

from log_filter import Filter, Stop, parse_identity

LOG_TOPICS = ("providers", "bookings", "budgets", "feedback", "quarantine")
PATIENCE_SECONDS = 20


def consumer(brokers, errors):
    return confluent_kafka.Consumer({
        "bootstrap.servers": brokers, "group.id": "none", "enable.auto.commit": False,
        "auto.offset.reset": "error", "isolation.level": "read_uncommitted", "check.crcs": True,
        "enable.partition.eof": True, "error_cb": errors.append})


def values(brokers, topic, partitions):
    """(partition, offset, value) of every record; offsets as brokers give them, so that whoever judges sees a hole."""
    errors = []
    client = consumer(brokers, errors)
    try:
        ends = {}
        for partition in range(partitions):
            first, end = client.get_watermark_offsets(TopicPartition(topic, partition), timeout=PATIENCE_SECONDS)
            if first != 0:
                raise Stop(f"{topic}/{partition} begins at offset {first}")
            ends[partition] = end
        left = {partition for partition, end in ends.items() if end > 0}
        client.assign([TopicPartition(topic, partition, 0) for partition in sorted(left)])
        while left:
            message = client.poll(PATIENCE_SECONDS)
            if message is None:
                raise Stop(f"{topic}: nothing for {PATIENCE_SECONDS} s, {len(left)} partitions are left; {errors}")
            partition = message.partition()
            if message.error():
                if message.error().code() != confluent_kafka.KafkaError._PARTITION_EOF:
                    raise Stop(f"{topic}/{partition}: {message.error()}")
                if partition in left:
                    raise Stop(f"{topic}/{partition}: the last record before offset {ends[partition]} is missing")
                continue
            if message.offset() < ends[partition]:
                yield partition, message.offset(), message.value()
            if message.offset() + 1 >= ends[partition]:
                left.discard(partition)
    finally:
        client.close()


def identity(brokers, deployment):
    for _, offset, value in values(brokers, f"{deployment}.identity", 1):
        if offset != 0:
            break
        return parse_identity(value)
    raise Stop(f"{deployment} has no identity")


def judged(brokers, deployment, topic, partitions):
    """(partition, Judged) of every record of a topic, partitions mixed, offsets of each in order. Stop says where."""
    filters = [Filter() for _ in range(partitions)]
    for partition, offset, value in values(brokers, f"{deployment}.{topic}", partitions):
        try:
            yield partition, filters[partition].judge(offset, value)
        except Stop as stop:
            raise Stop(f"{topic}/{partition}: {stop}") from stop
