// The domain of tally.proto.
#pragma once

#include "libs/es/domain.h"
#include "libs/es/testing/tally.pb.h"

namespace regard::es::testing {

// Topic "tallies", streams "tally/<id>".
const Domain& TallyDomain();

}  // namespace regard::es::testing
