select
  customer,
  name,
  lower(email) as email,
  phone,
  postcode,
  birth_date,
  last_ip,
  country
from {{ source('shop', 'customers') }}
