# The bare relay with a log that is synced before anything is passed on.
. bench/peers/floor.sh
guarantees="On the disk before it is acknowledged and passed on; never read \
again."
floor_options=(--sync "$dir/floor.data")
