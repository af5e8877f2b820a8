// The providers service as a process hosts it.
#pragma once

#include "libs/hosting/module.h"

namespace regard::providers {

const hosting::Module& ProvidersService();

}  // namespace regard::providers
