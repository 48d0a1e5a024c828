/* figure.h - an animal as a sculptor sees it: soft parts that grow into one another. Each part is a
 * limb: a tapered, flattened stick with round ends, of which a ball is the shortest. */

#ifndef DRAW_FIGURE_H
#define DRAW_FIGURE_H

#include "examples/catdog/draw/coat.h"
#include "examples/catdog/draw/dice.h"
#include "examples/catdog/draw/lanes.h"

/* The head turns on its own, so places on an animal are told in one of two frames, both in heads:
 * HEAD has its origin in the head's middle; so has BODY, but it is turned as the body is. */
typedef enum { HEAD, BODY } FrameName;

typedef struct {
    Vec origin;
    Axes axes;
} Frame;

typedef enum { FUR, EAR, EYE, NOSE, TONGUE, STRAP } Material;

typedef struct {
    FrameName frame;
    Material material;
    Vec start, end;             /* the stick, in its frame */
    float thick, thin;          /* its radii at start and end */
    float flat, deep;           /* these times as wide and as deep; 1 is round */
    float merge;                /* how softly it grows into its neighbours */
    float outer;                /* how much of an extremity its end is, 0 to 1: for the coat */
    /* filled by figure_pose, as seen by the camera */
    Vec from, middle;
    Axes axes;                  /* y along the stick, z to the front */
    float length, per_length;   /* of the stick, and 1/length, or 0 for a ball */
    Vec squeeze;                /* 1/flat, 1, 1/deep */
    bool round;                 /* no need to squeeze */
    float reach;                /* of a ball about `middle` that holds the part */
} Part;

/* What a face is painted with; all in the HEAD frame. */
typedef struct {
    Vec eye; /* the left one's middle (on the right of the picture); x is mirrored */
    float eye_size, eye_tilt;   /* radius; how much the outer corner is raised, radians */
    float lid;                  /* how far the lid is down: 0 wide open, 1 shut */
    Vec iris;
    float pupil_wide, pupil_high;
    float look_x, look_y;
    Vec nose;
    Vec nose_color;
    float nose_wide, nose_high;
    float mouth;                /* length of the line from the nose down to the lips; 0: none */
    float smile;                /* width of the lips' bows */
    bool  open;                 /* the mouth */
    Vec   pad;                  /* where the left whiskers start */
    float whisker;              /* their length; 0: none */
    Vec   whisker_color;
} Face;

enum { MAX_PARTS = 64 };

typedef struct {
    Part part[MAX_PARTS];
    int parts;
    Frame frame[2];
    Face face;
    Coat coat;
    Vec strap;                  /* colour of collar or bandana */
    float bandana;              /* how far its triangle hangs down the chest; 0: a collar alone */
    float ground;               /* y of the floor in BODY; far below where it does not show */
    float fluff;                /* how long the hair stands out */
} Figure;

/* Adds a part; the result is there to be changed further. */
Part *limb(Figure *figure, FrameName frame, Material material, Vec start, float thick, Vec end,
           float thin);
Part *ball(Figure *figure, FrameName frame, Material material, Vec middle, float wide, float high,
           float deep);

/* Adds the part and its mirror image, x turned to -x; the result is the mirror image. */
Part *pair(Figure *figure, Part *part);

/* Sets how softly the part grows into its neighbours. */
void merge(Part *part, float heads);

/* Places all parts as the camera sees them. */
void figure_pose(Figure *figure, Axes head, Axes body);

/* How far points, as the camera sees them, lie outside a part, about. */
Floats part_distance(const Part *part, Vecs at);

/* The same for the grown-together parts. */
Floats figure_distance(const Part *const *part, int parts, Vecs at);

#endif
