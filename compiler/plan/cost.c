/* cost.c - how much arithmetic an op is. */

#include "compiler/plan/choose.h"

long multiply_adds(const Op *op)
{
    switch (op->kind) {
    case OP_CONV: case OP_CONV_BLOCK:
        return value_size(op->out[0]) * op->in[1]->dim[0] * op->in[1]->dim[1] * op->in[1]->dim[2];
    case OP_CONV_POOL:
        return 4 * value_size(op->out[0]) * op->in[1]->dim[0] * op->in[1]->dim[1] * op->in[1]->dim[2];
    case OP_CONV_GRAD_INPUT:
        return value_size(op->in[0]) * op->in[1]->dim[0] * op->in[1]->dim[1] * op->in[1]->dim[2];
    case OP_CONV_GRAD_WEIGHT:
        return value_size(op->in[1]) * op->out[0]->dim[0] * op->out[0]->dim[1] * op->out[0]->dim[2];
    case OP_CONV_POOL_GRAD:     /* of one position in four, at most */
        return (op->out[2] ? 2 : 1) * value_size(op->in[2]) * op->in[1]->dim[0] * op->in[1]->dim[1] * op->in[1]->dim[2];
    case OP_DENSE: case OP_DENSE_BLOCK:
        return value_size(op->in[1]);
    case OP_DENSE_UPDATE:
        return (op->out[1] ? 2 : 1) * value_size(op->in[1]);
    default:
        return 0;
    }
}
