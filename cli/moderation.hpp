#pragma once

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <boost/json/object.hpp>

#include <string>

/// What the commands of moderators share.
namespace parley::cli {

/// Reads "30m", "12h" or "7d" as seconds.
CLI::Validator duration_in_seconds();

/// `--by`, for the audit log: PARLEY_OPERATOR, or who is logged in, without it.
void add_operator_option(CLI::App& command, std::string& by);
void add_operator(boost::json::object& params, const std::string& by);

} // namespace parley::cli
