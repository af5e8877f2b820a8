// The providers domain as the runtime knows it: topic "providers", streams provider/<id> and place/<key>.
#pragma once

#include "libs/es/domain.h"

namespace regard::providers {

// Commands are internal::v1::ProvidersCommand. Lives as long as the program.
const es::Domain& ProvidersDomain();

}  // namespace regard::providers
