Training.begin();
