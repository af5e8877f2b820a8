// The feedback service as a process hosts it.
#pragma once

#include "libs/hosting/module.h"

namespace regard::feedback {

const hosting::Module& FeedbackService();

}  // namespace regard::feedback
