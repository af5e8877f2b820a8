// The bookings service as a process hosts it.
#pragma once

#include "libs/hosting/module.h"

namespace regard::bookings {

const hosting::Module& BookingsService();

}  // namespace regard::bookings
