/* photo.h - one photograph: an animal posed in a scene, and what a camera does to it. */

#ifndef DRAW_PHOTO_H
#define DRAW_PHOTO_H

#include "examples/catdog/draw/canvas.h"

typedef enum { CAT, DOG } Animal;

/* Draws picture `number` of that animal; 200 to 500 pixels a side. The canvas is the caller's to
 * close. */
Canvas photo(Animal animal, uint64_t seed, int number);

#endif
