/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_CREW_H
#define YBI_CREW_H

#include <stdint.h>

/*
 * Threads that help with work made of many small pieces. They are started when they are first needed and wait between one work and
 * the next, for a new thread takes longer to be at work than many a piece does. They block the signals that the thread which first needed
 * them blocks. A child of fork(2) has none of its parent's, and starts its own.
 */
struct ybi_crew;

/* Of up to `hands` threads, the caller's among them; none is started yet. NULL when there is no memory. */
struct ybi_crew *ybi_crew_new(int32_t hands);
/* Ends the threads; NULL is let be. */
void ybi_crew_free(struct ybi_crew *crew);
/*
 * Calls work(context, hand) once in the calling thread, as hand 0, and in the others, as 1 .. hands - 1, each of which may come late
 * or never: whoever is there takes pieces until none is left. Returns when nobody is at work. A crew serves one caller at a time.
 */
void ybi_crew_work(struct ybi_crew *crew, int32_t hands, void (*work)(void *context, int32_t hand), void *context);

#endif
