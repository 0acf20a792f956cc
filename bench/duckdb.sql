-- SPDX-License-Identifier: LGPL-2.1-or-later
WITH s1 AS (SELECT *, a+(b*9+5)//10 AS elig, CASE WHEN cat=2 THEN 0 ELSE (CASE level WHEN 1 THEN 10000 WHEN 2 THEN 30000 ELSE 80000 END)//(CASE WHEN k>=2 THEN 2 ELSE 1 END) END AS ded, (CASE level WHEN 1 THEN 85 WHEN 2 THEN 75 ELSE 65 END)-10*x AS ratio FROM claims),
 s2 AS (SELECT *, greatest(0,elig-ded) AS base FROM s1),
 s3 AS (SELECT *, least((base*ratio+50)//100,greatest(0,50000000-y)) AS fund1 FROM s2),
 s4 AS (SELECT *, greatest(0,elig-fund1-CASE WHEN cat>=1 THEN 750000 ELSE 1500000 END) AS e FROM s3),
 s5 AS (SELECT *, (least(e,10000000)*(CASE WHEN cat>=1 THEN 65 ELSE 60 END)+least(greatest(e-10000000,0),10000000)*(CASE WHEN cat>=1 THEN 70 ELSE 65 END)+greatest(e-20000000,0)*(CASE WHEN cat>=1 THEN 75 ELSE 70 END)+50)//100 AS fund2 FROM s4),
 s6 AS (SELECT *, CASE cat WHEN 1 THEN (greatest(0,elig-fund1-fund2-500000)*70+50)//100 WHEN 2 THEN ((elig-fund1-fund2)*90+50)//100 ELSE 0 END AS fund3 FROM s5)
SELECT id,elig,ded,base,fund1,fund2,fund3,a+b+c-fund1-fund2-fund3 AS oop FROM s6
