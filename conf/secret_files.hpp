#pragma once

#include "conf/config.hpp"

#include <string>
#include <vector>

namespace parley::conf {

/// Takes the secrets of `c` from the files that it names for them: the first
/// line of each. What is wrong is added to `faults`: a file that can't be read
/// or is empty, and a secret that is given twice.
void read_secret_files(config& c, std::vector<std::string>& faults);

} // namespace parley::conf
