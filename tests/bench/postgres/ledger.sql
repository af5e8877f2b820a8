-- The plainest ledger that holds money in PostgreSQL: a row for each budget, a row for each thing that happened.
CREATE TABLE budget (
  id integer PRIMARY KEY,
  free bigint NOT NULL CHECK (free >= 0),
  held bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  budget_id integer NOT NULL,
  pence bigint NOT NULL,
  recorded timestamptz NOT NULL DEFAULT now()
);

INSERT INTO budget (id, free) SELECT n, 100000000 FROM generate_series(1, 10000) AS n;
VACUUM ANALYZE budget;
