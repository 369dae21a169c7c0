/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "performance/locality.h"

#include <assert.h>
#include <math.h>

static double on_curve(const struct locality_model *model, double scatter)
{
    if (scatter <= model->scatter[0])
        return model->factor[0];
    for (int i = 1; i < model->count; i++) {
        if (scatter > model->scatter[i])
            continue;
        double share =
            log2(scatter / model->scatter[i - 1]) / log2(model->scatter[i] / model->scatter[i - 1]);
        return model->factor[i - 1] + share * (model->factor[i] - model->factor[i - 1]);
    }
    return model->factor[model->count - 1];
}

double locality_factor(const struct locality_model *model, double scatter,
                       const bool crossed[LOCALITY_CROSSINGS])
{
    assert(scatter >= 1);
    if (!model->count)
        return 1;
    double factor = on_curve(model, scatter);
    for (int level = 0; level < LOCALITY_CROSSINGS; level++)
        if (crossed[level])
            factor *= model->cross[level];
    return factor;
}
