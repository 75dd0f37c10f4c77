-- What is on its way: a model of its own, so that `dbt build` runs the tests of `customers` before anything of it moves.
-- `crosses`: each movement of the world, and where what may cross of this model goes. The gate writes over nothing, so each run has a name of its own.
{{ config(
    materialized='external',
    location='build/customers_abroad.parquet',
    plugin='comity_gate',
    crosses={
      'customers-to-dublin': var('there') ~ '/dublin-' ~ run_started_at.strftime('%Y%m%dT%H%M%S') ~ '.parquet',
      'customers-to-shanghai': var('there') ~ '/shanghai-' ~ run_started_at.strftime('%Y%m%dT%H%M%S') ~ '.parquet',
    },
) }}

select * from {{ ref('customers') }}
