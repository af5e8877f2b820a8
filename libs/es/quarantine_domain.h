// The rules of the quarantine: an operator sets a fact aside for one reader, and takes it back. A service of its own, so
// that it is logged, replayed and verified as everything else is.
#pragma once

#include "libs/es/domain.h"

namespace regard::es {

// Topic "quarantine", streams "quarantine/<reader>", routed by the reader.
const Domain& QuarantineDomain();

}  // namespace regard::es
