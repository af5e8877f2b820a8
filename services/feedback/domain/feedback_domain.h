// The feedback domain as the runtime knows it: topic "feedback", streams conversation/<id> and concern/<id>.
#pragma once

#include "libs/es/domain.h"

namespace regard::feedback {

// Commands are internal::v1::FeedbackCommand. Lives as long as the program.
const es::Domain& FeedbackDomain();

}  // namespace regard::feedback
