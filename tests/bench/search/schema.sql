-- The same listings for PostgreSQL as one would store them to search them: a weighted tsvector under GIN, a geography
-- under GiST, and what is filtered by and counted in columns of the row itself.
CREATE EXTENSION IF NOT EXISTS postgis;

CREATE TABLE listing (
  id text COLLATE "C" PRIMARY KEY,
  tier int NOT NULL,
  title text NOT NULL,
  category_words text NOT NULL,
  other_words text NOT NULL,
  description text NOT NULL,
  provider_name text NOT NULL,
  longitude double precision NOT NULL,
  latitude double precision NOT NULL,
  -- NULL where it does not come to people's homes.
  radius_m int,
  -- NULL where nothing is offered.
  price_pence int,
  price_unit text,
  price_band text,
  form text,
  provider_kind text NOT NULL,
  standing text NOT NULL,
  verified boolean NOT NULL,
  meet_first boolean NOT NULL,
  categories text[] NOT NULL,
  funding text[] NOT NULL,
  languages text[] NOT NULL,
  accessibility text[] NOT NULL,
  time_bands text[] NOT NULL,
  place geography(Point, 4326),
  words tsvector
);

\copy listing (id, tier, title, category_words, other_words, description, provider_name, longitude, latitude, radius_m, price_pence, price_unit, price_band, form, provider_kind, standing, verified, meet_first, categories, funding, languages, accessibility, time_bands) FROM 'listings.csv' WITH (FORMAT csv)

UPDATE listing SET
  place = ST_SetSRID(ST_MakePoint(longitude, latitude), 4326)::geography,
  words = setweight(to_tsvector('english', title), 'A') ||
          setweight(to_tsvector('english', category_words), 'B') ||
          setweight(to_tsvector('english', other_words), 'C');

CREATE INDEX listing_words ON listing USING gin (words);
CREATE INDEX listing_place ON listing USING gist (place);
VACUUM (FULL, ANALYZE) listing;
