// The market service as a process hosts it.
#pragma once

#include "libs/hosting/module.h"

namespace regard::market {

const hosting::Module& MarketService();

}  // namespace regard::market
