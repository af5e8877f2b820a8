-- One search: place, words, price, form and funding; the best twenty by the same points as services/directory/views/fit.h,
-- how many there are, and counts per facet with the search's own filter on that facet left out.
-- S2's earth has a radius of 6,371,010 m, PostGIS's sphere one of 6,371,008.771415 m.
PREPARE search (double precision, double precision, int, text, text, text, int, text, text) AS
WITH base AS MATERIALIZED (
  SELECT id, tier, title, description, provider_name, price_pence, price_unit, price_band, form, provider_kind, standing,
    verified, meet_first, categories, funding, languages, accessibility, time_bands, radius_m,
    round(ST_Distance(place, ST_SetSRID(ST_MakePoint($1, $2), 4326)::geography, false) * 6371010 / 6371008.771415)::int
      AS distance_m,
    ((CASE WHEN words @@ to_tsquery('english', $5 || ':A') THEN 300
           WHEN words @@ to_tsquery('english', $5 || ':B') THEN 200 ELSE 100 END) +
     (CASE WHEN $6 = '' THEN 0
           WHEN words @@ to_tsquery('english', $6 || ':A') THEN 300
           WHEN words @@ to_tsquery('english', $6 || ':B') THEN 200 ELSE 100 END))
      / (CASE WHEN $6 = '' THEN 1 ELSE 2 END) AS word_points,
    coalesce(price_pence <= $7, false) AS price_fits,
    coalesce(form = $8, false) AS form_fits,
    funding @> ARRAY[$9] AS funding_fits
  FROM listing
  WHERE words @@ plainto_tsquery('english', $4)
    AND ST_DWithin(place, ST_SetSRID(ST_MakePoint($1, $2), 4326)::geography, $3, false)
    AND (radius_m IS NULL
         OR ST_DWithin(place, ST_SetSRID(ST_MakePoint($1, $2), 4326)::geography, radius_m, false))
), matching AS MATERIALIZED (
  SELECT * FROM base WHERE price_fits AND form_fits AND funding_fits
), best AS (
  SELECT *, word_points + 300 * greatest($3 - distance_m, 0) / $3 + (CASE WHEN verified THEN 100 ELSE 0 END) AS fit
  FROM matching
  ORDER BY tier, fit DESC, id
  LIMIT 20
), counts AS (
  SELECT 'FACET_FORM' AS facet, form AS value, count(*) AS n FROM base WHERE price_fits AND funding_fits AND form IS NOT NULL GROUP BY form
  UNION ALL SELECT 'FACET_PRICE', price_band, count(*) FROM base WHERE form_fits AND funding_fits AND price_band IS NOT NULL GROUP BY price_band
  UNION ALL SELECT 'FACET_FUNDING', v, count(*) FROM base, unnest(funding) v WHERE price_fits AND form_fits GROUP BY v
  UNION ALL SELECT 'FACET_CATEGORY', v, count(*) FROM matching, unnest(categories) v GROUP BY v
  UNION ALL SELECT 'FACET_LANGUAGE', v, count(*) FROM matching, unnest(languages) v GROUP BY v
  UNION ALL SELECT 'FACET_ACCESSIBILITY', v, count(*) FROM matching, unnest(accessibility) v GROUP BY v
  UNION ALL SELECT 'FACET_TIME_BAND', v, count(*) FROM matching, unnest(time_bands) v GROUP BY v
  UNION ALL SELECT 'FACET_PROVIDER_KIND', provider_kind, count(*) FROM matching GROUP BY provider_kind
  UNION ALL SELECT 'FACET_STANDING', standing, count(*) FROM matching GROUP BY standing
  UNION ALL SELECT 'FACET_VERIFIED', 'VERIFIED', count(*) FROM matching WHERE verified HAVING count(*) > 0
  UNION ALL SELECT 'FACET_MEET_FIRST', 'MEET_FIRST', count(*) FROM matching WHERE meet_first HAVING count(*) > 0
)
SELECT json_build_object(
  'total', (SELECT count(*) FROM matching),
  'results', (SELECT json_agg(json_build_object('id', id, 'fit', fit, 'distance_m', distance_m, 'title', title,
                'description', description, 'provider_name', provider_name, 'price_pence', price_pence,
                'price_unit', price_unit, 'form', form, 'categories', categories, 'funding', funding,
                'languages', languages) ORDER BY tier, fit DESC, id) FROM best),
  'facets', (SELECT json_agg(json_build_array(facet, value, n)) FROM counts));
