/* SPDX-License-Identifier: LGPL-2.1-or-later */
// (b) branch-free, columnar, left to the auto-vectoriser. All values < 2^53, so integer-valued
// doubles are exact; n/100 half-up is trunc((n+50.5)*0.01), exact while n/100 < 2^40 (n counts 1/100 fen).
#include "job.h"
#define CAT_(a,b) a##b
#define CAT(a,b) CAT_(a,b)
static inline int64_t imin(int64_t a,int64_t b){return a<b?a:b;}
static inline int64_t imax(int64_t a,int64_t b){return a>b?a:b;}
// exact floor((v+50)/100) for 0<=v<2^46 (checked separately by divcheck)
static inline int64_t r100(int64_t v){ return (int64_t)(((double)v+50.5)*0.01); }
static inline int64_t r10(int64_t v){ return (int64_t)(((double)v+5.5)*0.1); }
static __attribute__((noinline)) void loopI(size_t n,
  const uint8_t *restrict L,const uint8_t *restrict C,const uint8_t *restrict K,const uint8_t *restrict X,
  const int64_t *restrict A,const int64_t *restrict B,const int64_t *restrict Cc,const int64_t *restrict Y,
  int64_t *restrict o0,int64_t *restrict o1,int64_t *restrict o2,int64_t *restrict o3,int64_t *restrict o4,int64_t *restrict o5,int64_t *restrict o6){
  for(size_t i=0;i<n;i++){
    int64_t a=A[i],b=B[i],l=L[i],c=C[i],k=K[i],x=X[i];
    int64_t elig=a+r10(b*9);
    int64_t ded=80000-50000*(l<=2)-20000*(l==1); ded >>= (k>=2); ded *= (c!=2);
    int64_t base=imax(0,elig-ded);
    int64_t ratio=95-10*l-10*x;
    int64_t room=imax(0,50000000-Y[i]);
    int64_t f1=imin(r100(base*ratio),room);
    int64_t P=elig-f1;
    int64_t bonus=5*(c>=1), cd=1500000-750000*(c>=1);
    int64_t e=imax(0,P-cd);
    // 60 e + 5 (e-1e7)+ + 5 (e-2e7)+ + bonus e
    int64_t s=e*(60+bonus)+5*(imax(0,e-10000000)+imax(0,e-20000000));
    int64_t f2=r100(s);
    int64_t rest=P-f2;
    int64_t fr=imax(0,rest-500000*(c==1));
    int64_t f3=r100(fr*(70*(c==1)+90*(c==2)));
    o0[i]=elig;o1[i]=ded;o2[i]=base;o3[i]=f1;o4[i]=f2;o5[i]=f3;o6[i]=a+b+Cc[i]-f1-f2-f3;
  }
}
// (b2) the int64 loop with validation of every input and a status byte per claim
static __attribute__((noinline)) void loopV(size_t n,
  const uint8_t *restrict L,const uint8_t *restrict C,const uint8_t *restrict K,const uint8_t *restrict X,
  const int64_t *restrict A,const int64_t *restrict B,const int64_t *restrict Cc,const int64_t *restrict Y,
  int64_t *restrict o0,int64_t *restrict o1,int64_t *restrict o2,int64_t *restrict o3,int64_t *restrict o4,int64_t *restrict o5,int64_t *restrict o6,uint8_t *restrict st){
  for(size_t i=0;i<n;i++){
    int64_t a=A[i],b=B[i],l=L[i],c=C[i],k=K[i],x=X[i];
    // 0 <= every amount < 2^40 fen, level 1..3, cat 0..2, k 1..5, x 0..2; a bad claim gets status 1 and zeros
    uint64_t big=((uint64_t)a|(uint64_t)b|(uint64_t)Cc[i]|(uint64_t)Y[i])>>40;
    int64_t bad=(big!=0)|((uint64_t)(l-1)>2)|((uint64_t)c>2)|((uint64_t)(k-1)>4)|((uint64_t)x>2);
    int64_t m=bad-1; a&=m; b&=m;
    int64_t elig=a+r10(b*9);
    int64_t ded=80000-50000*(l<=2)-20000*(l==1); ded >>= (k>=2); ded *= (c!=2);
    int64_t base=imax(0,elig-ded);
    int64_t ratio=95-10*l-10*x;
    int64_t room=imax(0,50000000-Y[i]);
    int64_t f1=imin(r100(base*ratio),room);
    int64_t P=elig-f1;
    int64_t bonus=5*(c>=1), cd=1500000-750000*(c>=1);
    int64_t e=imax(0,P-cd);
    // 60 e + 5 (e-1e7)+ + 5 (e-2e7)+ + bonus e
    int64_t s=e*(60+bonus)+5*(imax(0,e-10000000)+imax(0,e-20000000));
    int64_t f2=r100(s);
    int64_t rest=P-f2;
    int64_t fr=imax(0,rest-500000*(c==1));
    int64_t f3=r100(fr*(70*(c==1)+90*(c==2)));
    st[i]=(uint8_t)bad;o0[i]=elig;o1[i]=ded&m;o2[i]=base;o3[i]=f1;o4[i]=f2;o5[i]=f3;o6[i]=a+b+(Cc[i]&m)-f1-f2-f3;
  }
}
void CAT(colsV_,TAG)(size_t n, const in_t *in, const out_t *out, uint8_t*st){ loopV(n,in->level,in->cat,in->k,in->x,in->a,in->b,in->c,in->y,out->o[0],out->o[1],out->o[2],out->o[3],out->o[4],out->o[5],out->o[6],st); }
void CAT(colsI_,TAG)(size_t n, const in_t *in, const out_t *out){ loopI(n,in->level,in->cat,in->k,in->x,in->a,in->b,in->c,in->y,out->o[0],out->o[1],out->o[2],out->o[3],out->o[4],out->o[5],out->o[6]); }
static inline double dmax(double a,double b){return a>b?a:b;}
static inline double dmin(double a,double b){return a<b?a:b;}
static inline double t100(double v){ return __builtin_trunc((v+50.5)*0.01); }
static inline double t10(double v){ return __builtin_trunc((v+5.5)*0.1); }
static __attribute__((noinline)) void loopD(size_t n,
  const uint8_t *restrict L,const uint8_t *restrict C,const uint8_t *restrict K,const uint8_t *restrict X,
  const int64_t *restrict A,const int64_t *restrict B,const int64_t *restrict Cc,const int64_t *restrict Y,
  int64_t *restrict o0,int64_t *restrict o1,int64_t *restrict o2,int64_t *restrict o3,int64_t *restrict o4,int64_t *restrict o5,int64_t *restrict o6){
  for(size_t i=0;i<n;i++){
    double a=(double)A[i],b=(double)B[i],l=(double)(int64_t)L[i],c=(double)(int64_t)C[i],k=(double)(int64_t)K[i],x=(double)(int64_t)X[i];
    double elig=a+t10(b*9);
    double ded=l==1?10000.:l==2?30000.:80000.; ded*= k>=2?.5:1.; ded= c==2?0.:ded;
    double base=dmax(0,elig-ded);
    double ratio=95-10*(l+x);
    double room=dmax(0,50000000-(double)Y[i]);
    double f1=dmin(t100(base*ratio),room);
    double P=elig-f1;
    double rr=c>=1?65.:60., cd=c>=1?750000.:1500000.;
    double e=dmax(0,P-cd);
    double s=e*rr+5*(dmax(0,e-10000000)+dmax(0,e-20000000));
    double f2=t100(s);
    double fr=dmax(0,(P-f2)-(c==1?500000.:0.));
    double f3=t100(fr*(c==1?70.:c==2?90.:0.));
    o0[i]=(int64_t)elig;o1[i]=(int64_t)ded;o2[i]=(int64_t)base;o3[i]=(int64_t)f1;o4[i]=(int64_t)f2;o5[i]=(int64_t)f3;
    o6[i]=(int64_t)(a+b+(double)Cc[i]-f1-f2-f3);
  }
}
void CAT(colsD_,TAG)(size_t n, const in_t *in, const out_t *out){ loopD(n,in->level,in->cat,in->k,in->x,in->a,in->b,in->c,in->y,out->o[0],out->o[1],out->o[2],out->o[3],out->o[4],out->o[5],out->o[6]); }
void CAT(assV_,TAG)(size_t n, const pin_t *p, const int32_t *restrict tab, int64_t *restrict out){
  const uint8_t *restrict c=p->cat,*restrict y=p->year,*restrict r=p->reg,*restrict m=p->late;
  for(size_t i=0;i<n;i++){
    int32_t t = tab[((int32_t)c[i]*11+y[i])*31+r[i]];
    int32_t v=t*5*(int32_t)m[i];                         // < 2^31: t <= 800,000 fen, m <= 12
    out[i]=(int64_t)(t+(int32_t)(((double)v+500.5)*0.001));
  }
}
// (b3) same arithmetic, int64<->double by the 2^52 bit trick, so that AVX2 and SSE4.1/SSE2 can vectorise it too
#include <string.h>
static inline double i2d(int64_t v){ double d; v+=0x4330000000000000; memcpy(&d,&v,8); return d-4503599627370496.0; }
static inline int64_t d2i(double d){ int64_t v; d+=4503599627370496.0; memcpy(&v,&d,8); return v-0x4330000000000000; }
static inline double fl(double d){ // floor for 0<=d<2^51 without SSE4.1
  double r=(d+4503599627370496.0)-4503599627370496.0; return r-(r>d?1.:0.); }
static inline double f100(double v){ return fl((v+50.5)*0.01); }
static inline double f10(double v){ return fl((v+5.5)*0.1); }
static __attribute__((noinline)) void loopM(size_t n,
  const uint8_t *restrict L,const uint8_t *restrict C,const uint8_t *restrict K,const uint8_t *restrict X,
  const int64_t *restrict A,const int64_t *restrict B,const int64_t *restrict Cc,const int64_t *restrict Y,
  int64_t *restrict o0,int64_t *restrict o1,int64_t *restrict o2,int64_t *restrict o3,int64_t *restrict o4,int64_t *restrict o5,int64_t *restrict o6){
  for(size_t i=0;i<n;i++){
    double a=i2d(A[i]),b=i2d(B[i]),l=i2d((int64_t)L[i]),c=i2d((int64_t)C[i]),k=i2d((int64_t)K[i]),x=i2d((int64_t)X[i]);
    double elig=a+f10(b*9);
    double ded=80000.-(l<=2?50000.:0.)-(l<=1?20000.:0.); ded*= k>=2?.5:1.; ded= c>=2?0.:ded;
    double base=dmax(0,elig-ded);
    double ratio=95-10*(l+x);
    double room=dmax(0,50000000-i2d(Y[i]));
    double f1=dmin(f100(base*ratio),room);
    double P=elig-f1;
    double rr=c>=1?65.:60., cd=c>=1?750000.:1500000.;
    double e=dmax(0,P-cd);
    double s=e*rr+5*(dmax(0,e-10000000)+dmax(0,e-20000000));
    double f2=f100(s);
    double ex = c>=1?500000.:0.; ex = c>=2?0.:ex;
    double rt = c>=1?70.:0.; rt = c>=2?90.:rt;
    double fr=dmax(0,(P-f2)-ex);
    double f3=f100(fr*rt);
    o0[i]=d2i(elig);o1[i]=d2i(ded);o2[i]=d2i(base);o3[i]=d2i(f1);o4[i]=d2i(f2);o5[i]=d2i(f3);
    o6[i]=A[i]+B[i]+Cc[i]-d2i(f1+f2+f3);
  }
}
void CAT(colsM_,TAG)(size_t n, const in_t *in, const out_t *out){ loopM(n,in->level,in->cat,in->k,in->x,in->a,in->b,in->c,in->y,out->o[0],out->o[1],out->o[2],out->o[3],out->o[4],out->o[5],out->o[6]); }
