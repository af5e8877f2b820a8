// The bookings service's rules as the runtime sees them.
#pragma once

#include "libs/es/domain.h"

namespace regard::bookings {

// Lives as long as the program.
const es::Domain& BookingsDomain();

}  // namespace regard::bookings
