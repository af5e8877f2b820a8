// What a process of a deployment is given to host.
#pragma once

#include <vector>

#include "libs/app/server.h"
#include "libs/hosting/module.h"

namespace regard::deployment {

// These services, with what is in the log, and how to check their share of it.
app::Contents ContentsOf(std::vector<const hosting::Module*> modules);

}  // namespace regard::deployment
