// regard-directory: the directory service alone, one of several processes on a log on Kafka.
#include "libs/app/server.h"
#include "services/directory/service.h"
#include "services/deployment/contents.h"

int main(int argc, char** argv) {
  return regard::app::ServiceMain(argc, argv, regard::deployment::ContentsOf({&regard::directory::DirectoryService()}));
}
