"""What every submission is asked: public checks ship in the handout, hidden ones never do."""
