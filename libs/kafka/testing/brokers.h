// The brokers that a test runs on: ctest starts them for every test with the label kafka, and one that demands TLS and a
// password for those with kafka_secure. Without ctest:
//   tools/kafka/run start 3 --folder FOLDER; REGARD_KAFKA_FOLDER=FOLDER a_kafkatest
#pragma once

#include <string>

#include "libs/kafka/client.h"

namespace regard::kafka::testing {

// Ends the program when there are none: nothing is skipped. With what is needed to be let in.
Cluster Brokers();

// The path of a file in their folder.
std::string BrokersFile(const std::string& name);

// A name for topics that nobody else uses.
std::string FreshDeployment();

// tools/kafka/run with these arguments on those brokers ("kill 2"): its output without the last line break.
std::string Control(const std::string& arguments);

}  // namespace regard::kafka::testing
