// The directory service as a process hosts it.
#pragma once

#include "libs/hosting/module.h"

namespace regard::directory {

const hosting::Module& DirectoryService();

}  // namespace regard::directory
