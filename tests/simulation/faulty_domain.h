// A domain that tells of its refusals as it decides them, and may have one of the controls' defects, around the real
// one.
#pragma once

#include <functional>
#include <memory>

#include "libs/es/domain.h"
#include "tests/simulation/controls.h"

namespace regard::simulation {

// `refused` is told of each refusal when it is decided. `real` outlives the result.
std::unique_ptr<es::Domain> Around(
    const es::Domain& real, Control control,
    std::function<void(const google::protobuf::Message& command, const Rejection& rejection)> refused);

}  // namespace regard::simulation
