// What verification found, as operators are answered.
#pragma once

#include "regard/operations/v1/operations_service.pb.h"
#include "services/deployment/verify_folder.h"

namespace regard::deployment {

operations::v1::VerifyLogResponse AsResponse(const FolderReport& report);

}  // namespace regard::deployment
