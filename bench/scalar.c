/* SPDX-License-Identifier: LGPL-2.1-or-later */
// (a) what a careful C programmer writes: branches, int64, one claim at a time.
#include "job.h"
#define CAT_(a,b) a##b
#define CAT(a,b) CAT_(a,b)
static inline int64_t imin(int64_t a,int64_t b){return a<b?a:b;}
static inline int64_t imax(int64_t a,int64_t b){return a>b?a:b;}
static inline int64_t pct(int64_t v,int64_t p){ return (v*p+50)/100; }   // half up, v>=0
static inline __attribute__((always_inline)) void settle(const claim_t *q, result_t *r){
  static const int64_t ded_by_level[4]={0,10000,30000,80000}, ratio_by_level[4]={0,85,75,65};
  int64_t elig = q->a + (q->b*9+5)/10;
  int64_t ded;
  if(q->cat==2) ded=0; else { ded=ded_by_level[q->level]; if(q->k>=2) ded/=2; }
  int64_t base = imax(0, elig-ded);
  int64_t ratio = ratio_by_level[q->level] - 10*q->x;
  int64_t room = imax(0, 50000000 - q->y);
  int64_t fund1 = imin(pct(base,ratio), room);
  int64_t P = elig - fund1;
  int64_t bonus = q->cat>=1 ? 5 : 0, cded = q->cat>=1 ? 750000 : 1500000;
  int64_t fund2 = 0;
  if(P > cded){
    int64_t e = P - cded;
    int64_t s = imin(e,10000000)*(60+bonus);
    if(e>10000000) s += imin(e-10000000,10000000)*(65+bonus);
    if(e>20000000) s += (e-20000000)*(70+bonus);
    fund2 = (s+50)/100;
  }
  int64_t rest = P - fund2, fund3 = 0;
  if(q->cat==1){ if(rest>500000) fund3 = pct(rest-500000,70); }
  else if(q->cat==2) fund3 = pct(rest,90);
  r->elig=elig; r->ded=ded; r->base=base; r->fund1=fund1; r->fund2=fund2; r->fund3=fund3;
  r->oop = q->a+q->b+q->c-fund1-fund2-fund3;
}
void CAT(one_,TAG)(const claim_t *q, result_t *r){ settle(q,r); }
void CAT(cols_,TAG)(size_t n, const in_t *in, const out_t *out){
  for(size_t i=0;i<n;i++){
    claim_t q={in->level[i],in->cat[i],0,in->k[i],in->x[i],in->a[i],in->b[i],in->c[i],in->y[i]};
    result_t r; settle(&q,&r);
    out->o[0][i]=r.elig; out->o[1][i]=r.ded; out->o[2][i]=r.base; out->o[3][i]=r.fund1;
    out->o[4][i]=r.fund2; out->o[5][i]=r.fund3; out->o[6][i]=r.oop;
  }
}
// (a') array of structures in and out, through a function pointer-like noinline call
void CAT(aos_,TAG)(size_t n, const claim_t *q, result_t *r){ for(size_t i=0;i<n;i++) settle(q+i,r+i); }
// job 2
void CAT(ass_,TAG)(size_t n, const pin_t *p, const int32_t *tab, int64_t *out){
  for(size_t i=0;i<n;i++){
    int64_t t = tab[((size_t)p->cat[i]*11+p->year[i])*31+p->reg[i]];
    if(p->late[i]>0) t += (t*p->late[i]*5+500)/1000;
    out[i]=t;
  }
}
