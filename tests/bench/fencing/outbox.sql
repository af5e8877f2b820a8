-- A database decides, and a relay brings what it decided to Kafka: a budget, and an outbox with the bytes of an append.
-- `tx` is there because ids are handed out before transactions commit: a relay that goes on from the highest id that it
-- saw passes over what commits later under a lower one.
CREATE TABLE budget (
  id integer PRIMARY KEY,
  free bigint NOT NULL CHECK (free >= 0),
  held bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
  budget_id integer NOT NULL,
  append bytea NOT NULL
);
CREATE INDEX outbox_by_tx ON outbox (tx, id);
CREATE TABLE relayed (tx xid8 NOT NULL, id bigint NOT NULL);
INSERT INTO relayed VALUES ('0', 0);

INSERT INTO budget (id, free) SELECT n, 100000000 FROM generate_series(1, 10000) AS n;
VACUUM ANALYZE budget;
